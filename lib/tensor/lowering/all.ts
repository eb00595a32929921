/** Every family of lowerings: importing this fills the table. */
import "./arrange";
import "./binary";
import "./conv-kernels";
import "./depthwise";
import "./dilation";
import "./elementwise";
import "./gather";
import "./image";
import "./matmul";
import "./normalize";
import "./pool";
import "./reduce";

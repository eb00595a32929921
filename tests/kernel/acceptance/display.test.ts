import { display } from "../features";
import { accept } from "./acceptance";

accept(display);

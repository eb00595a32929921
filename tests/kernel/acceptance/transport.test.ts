import { transport } from "../features";
import { accept } from "./acceptance";

accept(transport);

import { output } from "../features";
import { accept } from "./acceptance";

accept(output);

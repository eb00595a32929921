import { values } from "../features";
import { accept } from "./acceptance";

accept(values);

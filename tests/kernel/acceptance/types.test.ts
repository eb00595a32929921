import { types } from "../features";
import { accept } from "./acceptance";

accept(types);

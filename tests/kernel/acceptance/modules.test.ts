import { modules } from "../features";
import { accept } from "./acceptance";

accept(modules);

import { stop } from "../features";
import { accept } from "./acceptance";

accept(stop);

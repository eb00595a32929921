import { messages } from "../features";
import { accept } from "./acceptance";

accept(messages);

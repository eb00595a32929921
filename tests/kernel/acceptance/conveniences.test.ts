import { conveniences } from "../features";
import { accept } from "./acceptance";

accept(conveniences);

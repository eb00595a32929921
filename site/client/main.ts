// What JavaScript adds to a page: the switch between light and dark, copying, living figures, the mark at the section that is read, and
// keyboard access to what scrolls sideways. A page without it is whole.
import { markReading } from "./contents";
import { addCopyButtons } from "./copy";
import { wakeFigures } from "./figures";
import { reachScrollers } from "./scrollers";
import { themeSwitch } from "./theme";

themeSwitch();
addCopyButtons();
markReading();
reachScrollers();
wakeFigures();

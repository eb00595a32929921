export { DrawError, type DrawErrorCode } from "./errors";
export { type DrawingPage, serveDrawing } from "./serve";

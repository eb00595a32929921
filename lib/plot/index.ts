// Figures, pictures and progress for notebooks: each verb returns a Figure that is interactive in JupyterLab, still on GitHub and legible
// in a diff.

export { PlotError, type PlotErrorCode } from "./errors";
export { display, Figure, PLOTLY_MIME } from "./figure";
export type { Matrix, Numbers, TensorLike } from "./input/numbers";
export type { PictureShape, PicturesInput } from "./input/pictures";
export type { SeriesInput, XY } from "./input/series";
export { type Metrics, Progress, type ProgressOptions, progress } from "./live/progress";
export { setTheme, type ThemeName } from "./theme/theme";
export type { FigureJson, Layout, MimeBundle, Trace } from "./types";
export { type CurvesOptions, curves } from "./verbs/curves";
export { type ImagesOptions, images } from "./verbs/images";
export { type LineOptions, line } from "./verbs/line";
export type { ChartOptions, FigureOptions } from "./verbs/options";

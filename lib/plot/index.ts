// Figures, pictures and progress for notebooks: each verb returns a Figure that is interactive in JupyterLab, still on GitHub and legible
// in a diff.

export { PlotError, type PlotErrorCode } from "./errors";
export { display, Figure, PLOTLY_MIME } from "./figure";
export type { Dates, Moment, Positions } from "./input/dates";
export type { Matrix, Numbers, TensorLike } from "./input/numbers";
export type { PictureShape, PicturesInput } from "./input/pictures";
export type { SeriesInput, XY } from "./input/series";
export { LiveCurves, type LiveCurvesOptions, liveCurves, sparkline } from "./live/live-curves";
export { LiveFigure, liveFigure } from "./live/live-figure";
export { type Metrics, Progress, type ProgressOptions, progress } from "./live/progress";
export { type DisplayedTensor, installTensorDisplay, tensorDisplay, tensorText } from "./tensor-display";
export { setTheme, type ThemeName } from "./theme/theme";
export type { FigureJson, Layout, MimeBundle, Trace } from "./types";
export { type AreaOptions, area } from "./verbs/area";
export { type AttentionOptions, attention } from "./verbs/attention";
export { type BarInput, type BarOptions, bar } from "./verbs/bar";
export { type CalibrationInput, type CalibrationOptions, calibration } from "./verbs/calibration";
export { type ConfusionInput, type ConfusionOptions, confusion } from "./verbs/confusion";
export { type ContourOptions, contour } from "./verbs/contour";
export { type CurvesOptions, curves } from "./verbs/curves";
export { type Classifier, type DecisionRegionOptions, decisionRegion } from "./verbs/decision-region";
export { box, type DistributionInput, type DistributionOptions, violin } from "./verbs/distributions";
export { type EmbeddingOptions, embedding } from "./verbs/embedding";
export { figure } from "./verbs/figure";
export { type FiltersOptions, filters } from "./verbs/filters";
export { type GraphInput, type GraphNode, type GraphOptions, graph } from "./verbs/graph";
export { type HeatmapOptions, heatmap } from "./verbs/heatmap";
export { type HistogramOptions, histogram } from "./verbs/histogram";
export { type ImagesOptions, images } from "./verbs/images";
export { type LineOptions, line } from "./verbs/line";
export type { ChartOptions, DatedOptions, FigureOptions } from "./verbs/options";
export { type ScatterInput, type ScatterOptions, scatter } from "./verbs/scatter";
export { type SubplotsOptions, subplots } from "./verbs/subplots";
export { type SurfaceOptions, surface } from "./verbs/surface";
export { type TableOptions, type TableRecord, table } from "./verbs/table";
export type { TracedFunction, TracedGraph, TracedNode, TraceStage } from "./verbs/traced-program";

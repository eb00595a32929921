import * as plot from "../../../lib/plot";
import { type Axis, linearizer } from "../../../lib/plot/axes/axis";
import { formatDate, parseDate, printDate, zoneOffset } from "../../../lib/plot/axes/dates";
import { axisTicks } from "../../../lib/plot/axes/ticks";
import { dateBins } from "../../../lib/plot/input/dates";

function texts(from: string, to: string, length = 600, attributes = {}): string[] {
  const range: [number, number] = [parseDate(from), parseDate(to)];
  const axis: Axis = {
    id: "x",
    letter: "x",
    type: "date",
    range,
    categories: [],
    attributes,
    offset: 0,
    length,
    toLinear: linearizer("date", []),
    toPixel: value => value,
  };
  return axisTicks(axis).map(tick => tick.text);
}

describe("a date", () => {
  it.each([
    ["2024", Date.UTC(2024, 0)],
    ["2024-03", Date.UTC(2024, 2)],
    ["2024-3-1", Date.UTC(2024, 2, 1)],
    ["2024-02-29 12:30", Date.UTC(2024, 1, 29, 12, 30)],
    ["2024-03-01T12:30:15.25Z", Date.UTC(2024, 2, 1, 12, 30, 15, 250)],
    ["0099-01-01", new Date("0099-01-01").getTime()],
  ])("written %s is read", (text, ms) => expect(parseDate(text)).toBe(ms));
  it.each(["2024-02-30", "2023-02-29", "2024-13-01", "24:00", "12-05", "March", "", 2024, null, undefined])(
    "is not %p",
    value => expect(parseDate(value)).toBeNaN(),
  );
  it.each(["2024-03-01", "2024-03-01 12:30", "2024-03-01 10:00:10", "2024-03-01 00:00:00.25", "1955-11-05 06:15"])(
    "%s is printed as short as it was",
    text => expect(printDate(parseDate(text))).toBe(text),
  );
  it("of another time zone is so many minutes ahead", () => {
    expect(
      ["2024-01-01T12:00+02:30", "2024-01-01 12:00:00-0800", "2024-01-01T12:00Z", "2024-01-01"].map(zoneOffset),
    ).toEqual([150, -480, 0, 0]);
  });
  it("is written by d3's directives", () => {
    expect(formatDate("%A %-d %B %Y, %H:%M:%S.%L, day %j, %I %p, %e|%d|%%|%x", Date.UTC(2024, 8, 7, 15, 4, 5, 6))).toBe(
      "Saturday 7 September 2024, 15:04:05.006, day 251, 03 PM,  7|07|%|%x",
    );
  });
});

// stills.test.ts holds these to plotly.js's own labels for twenty more spans.
describe("ticks of dates say what changes, and below it once what changes seldom", () => {
  it("over years", () =>
    expect(texts("1990-05-01", "2024-05-01")).toEqual(["1995", "2000", "2005", "2010", "2015", "2020"]));
  it("over weeks, which begin on Sundays", () =>
    expect(texts("2023-12-20", "2024-02-10")).toEqual([
      "Dec 24<br>2023",
      "Dec 31",
      "Jan 7<br>2024",
      "Jan 14",
      "Jan 21",
      "Jan 28",
      "Feb 4",
    ]));
  it("over hours", () =>
    expect(texts("2024-02-28 20:00", "2024-02-29 09:00")).toEqual([
      "20:00<br>Feb 28, 2024",
      "22:00",
      "00:00<br>Feb 29, 2024",
      "02:00",
      "04:00",
      "06:00",
      "08:00",
    ]));
  it("by the step, origin and format that the layout states", () =>
    expect(texts("2023-01-01", "2023-12-31", 600, { dtick: "M5", tick0: "2023-02-15", tickformat: "%d.%m." })).toEqual([
      "15.02.",
      "15.07.",
      "15.12.",
    ]));
  it("where the layout says", () =>
    expect(
      texts("2024-01-01", "2024-03-01", 600, { tickvals: ["2024-01-15", "2024-02-15"], tickformat: "%b %-d" }),
    ).toEqual(["Jan 15", "Feb 15"]));
});

describe("verbs take dates for x", () => {
  const days = [0, 1, 2].map(i => new Date(Date.UTC(2024, 1, 28 + i)));
  it("as Date objects and as strings, alike", () => {
    const [one, other] = [days, ["2024-02-28", "2024-02-29T00:00:00Z", "2024-03-01T02:00+02:00"]].map(x =>
      plot.line([1, 3, 2], { x }),
    );
    expect(one!.data[0]!.x).toEqual(["2024-02-28", "2024-02-29", "2024-03-01"]);
    expect(other!.toJSON()).toEqual(one!.toJSON());
    expect(one!.layout.xaxis).toMatchObject({ type: "date", range: ["2024-02-27 21:21:36", "2024-03-01 02:38:24"] });
    expect(one!.text()).toContain("2024-02-27 21:21:36 to 2024-03-01 02:38:24");
  });
  it("the same in every time zone", () => {
    const zone = process.env.TZ;
    try {
      const shown = ["UTC", "Asia/Tokyo", "America/New_York"].map(TZ => {
        process.env.TZ = TZ;
        return JSON.stringify(plot.scatter({ x: days, y: [1, 2, 3] }));
      });
      expect(new Set(shown).size).toBe(1);
    } finally {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    }
  });
  it("and a range of dates", () =>
    expect(plot.area([1, 2, 3], { x: days, xRange: ["2024-02-01", days[2]!] }).layout.xaxis!.range).toEqual([
      "2024-02-01",
      "2024-03-01",
    ]));
  it("and mark the best of curves at its date", () => {
    const figure = plot.curves({ validation: { x: days, y: [3, 1, 2] } });
    expect(figure.text()).toContain("best validation: 1 at x 2024-02-29");
    expect(figure.layout.annotations![0]!.x).toBe("2024-02-29");
  });
  it("and a Date without a time is a gap that is counted", () =>
    expect(plot.line([1, 2, 3], { x: [days[0]!, new Date(Number.NaN), days[2]!] }).text()).toContain(
      "1 value is not finite",
    ));
  it("and a raw figure with them keeps its type, unless plotly.js would have to guess the century", () => {
    // A bar's slot is the 31 days between them, four fifths of it its width.
    expect(plot.figure([{ type: "bar", x: ["2024-01", "2024-02"], y: [1, 2] }]).layout.xaxis!.range).toEqual([
      "2023-12-19 14:24",
      "2024-02-13 09:36",
    ]);
    expect(plot.figure([{ type: "bar", x: ["03-12", "04-12"], y: [1, 2] }]).layout.xaxis!.type).toBe("category");
  });
});

it("bins of dates have widths with names, and hold every date", () => {
  for (const span of [30, 3e3, 6e5, 2e7, 1e9, 2e10, 5e11]) {
    const dates = Array.from({ length: 200 }, (_, i) => Date.UTC(2024, 3, 5, 6, 7) + ((i * 7919) % 200) * (span / 199));
    const { start, end, size } = dateBins(dates);
    expect(start).toBeLessThanOrEqual(Math.min(...dates));
    expect(end).toBeGreaterThan(Math.max(...dates));
    expect((end - start) / size).toBeCloseTo(Math.round((end - start) / size), 9);
    expect((end - start) / size).toBeGreaterThan(4);
  }
});

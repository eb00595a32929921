// Dates as numbers and back. On a date axis the linear unit is the millisecond since 1970 in UTC.
//
// A string says what a clock on the wall said, and is read so, without a time zone: "2024-03-01 12:00" stands at 12:00 on every machine, as
// in plotly.js, whose pattern for dates this follows (src/lib/dates.js). A Date is an instant; it is shown in UTC, because a notebook must
// show the same figure wherever it runs.

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
/** Averages, which only decide how coarse ticks are. */
export const MONTH = 30.4375 * DAY;
export const YEAR = 365.25 * DAY;

/** A year of four digits, then as much as is known: "2024", "2024-03", "2024-03-01 12:00", "2024-03-01T12:00:30.5Z". */
const PATTERN =
  /^\s*(-?\d{4})(?:-(\d?\d)(?:-(\d?\d)(?:[ Tt]([01]?\d|2[0-3])(?::([0-5]\d)(?::([0-5]\d(?:\.\d+)?))?(Z|z|[+-]\d\d(?::?\d\d)?)?)?)?)?)?\s*$/;

/** Milliseconds of a Date or of a string that is a date; NaN for anything else. A zone in a string is dropped, as plotly.js drops it. */
export function parseDate(value: unknown): number {
  if (value instanceof Date) return value.getTime();
  const parts = typeof value === "string" ? PATTERN.exec(value) : null;
  if (!parts) return Number.NaN;
  const [, year, month = "1", day = "1", hour = "0", minute = "0", second = "0"] = parts;
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  // 30 February is no date, though JavaScript would take it for 1 March.
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) return Number.NaN;
  return date.getTime() + Number(hour) * HOUR + Number(minute) * MINUTE + Math.round(Number(second) * SECOND);
}

/** Minutes by which a string's own time zone is ahead of UTC: 0 where it names none. */
export function zoneOffset(text: string): number {
  const zone = /[Tt ]\d?\d:\d\d.*?([+-])(\d\d):?(\d\d)?\s*$/.exec(text);
  return zone ? (zone[1] === "-" ? -1 : 1) * (Number(zone[2]) * 60 + Number(zone[3] ?? 0)) : 0;
}

/** The shortest string that is this instant in UTC: "2024-03-01", "2024-03-01 12:00", "2024-03-01 12:00:30.25". */
export function printDate(ms: number): string {
  const [day, time] = new Date(Math.round(ms)).toISOString().slice(0, -1).split("T") as [string, string];
  if (time === "00:00:00.000") return day;
  if (time.endsWith(":00.000")) return `${day} ${time.slice(0, 5)}`;
  return `${day} ${time.endsWith(".000") ? time.slice(0, 8) : time.replace(/0+$/, "")}`;
}

const MONTHS = "January February March April May June July August September October November December".split(" ");
const DAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");

/** d3-time-format's directives that axes use; one it does not know stays as it is. */
export function formatDate(format: string, ms: number): string {
  const date = new Date(ms);
  const padded = (value: number, width: number, fill: string) =>
    String(value).padStart(width, fill === "-" ? "" : fill === "_" ? " " : "0");
  return format.replace(/%([-_0]?)(\d?)([a-zA-Z%])/g, (whole, fill: string, digits: string, letter: string) => {
    const two = (value: number) => padded(value, 2, fill);
    switch (letter) {
      case "Y":
        return String(date.getUTCFullYear()).padStart(4, "0");
      case "y":
        return two(date.getUTCFullYear() % 100);
      case "m":
        return two(date.getUTCMonth() + 1);
      case "B":
        return MONTHS[date.getUTCMonth()]!;
      case "b":
        return MONTHS[date.getUTCMonth()]!.slice(0, 3);
      case "d":
        return two(date.getUTCDate());
      case "e":
        return padded(date.getUTCDate(), 2, fill || "_");
      case "A":
        return DAYS[date.getUTCDay()]!;
      case "a":
        return DAYS[date.getUTCDay()]!.slice(0, 3);
      case "j":
        return padded(Math.floor((ms - Date.UTC(date.getUTCFullYear(), 0)) / DAY) + 1, 3, fill);
      case "q":
        return String(Math.floor(date.getUTCMonth() / 3) + 1);
      case "H":
        return two(date.getUTCHours());
      case "I":
        return two(date.getUTCHours() % 12 || 12);
      case "p":
        return date.getUTCHours() < 12 ? "AM" : "PM";
      case "M":
        return two(date.getUTCMinutes());
      case "S":
        return two(date.getUTCSeconds());
      case "L":
        return padded(date.getUTCMilliseconds(), 3, fill);
      case "f":
        // plotly.js's own: a fraction of a second of so many digits.
        return fraction(date.getUTCMilliseconds(), Number(digits || 6));
      case "%":
        return "%";
      default:
        return whole;
    }
  });
}

function fraction(milliseconds: number, digits: number): string {
  return String(milliseconds).padStart(3, "0").padEnd(6, "0").slice(0, digits).replace(/0+$/, "") || "0";
}

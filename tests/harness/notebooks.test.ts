// The chapters as jest tests, for editors. `npm test` runs them by `ftt test` in a part of its own and says so with FTT_VERIFY: they are not
// run twice.
import { describeNotebook } from "./jest";
import { findNotebooks } from "./project";

const elsewhere = process.env.FTT_VERIFY === "1";

if (elsewhere) test.skip("chapters run in their own part of `npm test`", () => {});
else for (const path of findNotebooks()) describeNotebook(path);

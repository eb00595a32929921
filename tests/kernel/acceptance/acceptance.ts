// Turns a group of features into tests of our kernel, one test a feature.
import { type Group, runFeature } from "../features/feature";
import { ours } from "../targets";
import { knownGaps } from "./known-gaps";

export function accept(group: Group): void {
  describe(group.title, () => {
    for (const feature of group.features) {
      const check = async () => runFeature(await ours(), feature);
      const deadlineMs = ((feature.seconds ?? 30) + 60) * 1000;
      if (knownGaps[feature.id] === undefined) test(feature.title, check, deadlineMs);
      else test.failing(`${feature.title} (known gap: ${knownGaps[feature.id]})`, check, deadlineMs);
    }
  });
}

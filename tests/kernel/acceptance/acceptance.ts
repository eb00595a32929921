// Turns a group of features into tests of our kernel, one test a feature.
import { defaultSeconds, type Group, runFeature } from "../features/feature";
import { ours } from "../targets";

export function accept(group: Group): void {
  describe(group.title, () => {
    for (const feature of group.features) {
      const deadlineMs = ((feature.seconds ?? defaultSeconds) + 60) * 1000;
      test(feature.title, async () => runFeature(await ours(), feature), deadlineMs);
    }
  });
}

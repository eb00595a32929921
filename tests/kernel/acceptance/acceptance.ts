// Turns a group of features into tests of our kernel, one test a feature.
import { type Group, runFeature } from "../features/feature";
import { ours } from "../targets";

export function accept(group: Group): void {
  describe(group.title, () => {
    for (const feature of group.features) {
      test(feature.title, async () => runFeature(await ours(), feature), ((feature.seconds ?? 30) + 60) * 1000);
    }
  });
}

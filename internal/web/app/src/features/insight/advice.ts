export type Advice = 'reversed' | 'unneeded' | 'weak'

// adviceOn returns what a contradicted prerequisite should be checked for. Where contradiction
// is above 1, even the lower bound of the share is more than chance would give; where the share
// itself is what chance would give, the ends may have nothing to do with each other.
export function adviceOn({ share, expected, contradiction }: { share: number; expected: number; contradiction: number }): Advice {
  if (contradiction > 1) return 'reversed'
  return share >= expected ? 'unneeded' : 'weak'
}

export type Bin = { from: number; to: number; people: number }
export type Bar = Bin & { x: number; width: number; height: number }

const binWidth = 0.05

// barsOf returns the bars of a histogram that is as wide and as high as given. The area of a bar
// stands for its people, so several bins that were joined into one do not look like more.
export function barsOf(bins: readonly Bin[], width: number, height: number): Bar[] {
  const density = (bin: Bin) => (bin.people * binWidth) / (bin.to - bin.from)
  const highest = Math.max(...bins.map(density), 0)
  return bins.map((bin) => ({
    ...bin,
    x: bin.from * width,
    width: (bin.to - bin.from) * width,
    height: highest > 0 ? (density(bin) / highest) * height : 0,
  }))
}

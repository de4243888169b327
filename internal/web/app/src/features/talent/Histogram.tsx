import { useFormat } from '@/shared/format/values.ts'
import { type Bin, barsOf } from './histogram.ts'
import { useTalentTexts } from './texts.ts'

const [width, height, top, left] = [400, 120, 16, 16]

// Histogram draws how coverage is spread, beside a table of the same numbers.
export function Histogram({ bins, people }: { bins: readonly Bin[]; people: number }) {
  const t = useTalentTexts()
  const { number, percent } = useFormat()
  const range = (bin: Bin) => `${percent(bin.from)} – ${percent(bin.to)}`
  return (
    <div className="talent-spread">
      <svg className="talent-histogram" viewBox={`0 0 ${width + 2 * left} ${height + top + 20}`} role="img" aria-label={t.distributionPicture(people)}>
        {barsOf(bins, width, height).map((bar) => (
          <g key={bar.from}>
            <title>{`${range(bar)}: ${bar.people}`}</title>
            <rect x={left + bar.x + 1} width={bar.width - 2} y={top + height - bar.height} height={bar.height} rx={2} />
            {bar.people > 0 && (
              <text x={left + bar.x + bar.width / 2} y={top + height - bar.height - 4}>
                {number(bar.people)}
              </text>
            )}
          </g>
        ))}
        <line x1={left} x2={left + width} y1={top + height} y2={top + height} />
        {[0, 0.25, 0.5, 0.75, 1].map((share) => (
          <text key={share} x={left + share * width} y={top + height + 16}>
            {percent(share)}
          </text>
        ))}
      </svg>
      <div>
        <table className="plain-table">
          <thead>
            <tr>
              <th scope="col">{t.coverageFrom}</th>
              <th scope="col" className="number">
                {t.peopleCount}
              </th>
            </tr>
          </thead>
          <tbody>
            {bins
              .filter((bin) => bin.people > 0)
              .map((bin) => (
                <tr key={bin.from}>
                  <td>{range(bin)}</td>
                  <td className="number">{number(bin.people)}</td>
                </tr>
              ))}
          </tbody>
        </table>
        <p className="note">{t.emptyBins}</p>
      </div>
    </div>
  )
}

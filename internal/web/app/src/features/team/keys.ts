export type Place = { row: number; column: number }

const page = 10 // rows that one key passes

// moved returns where a key leads in a grid, by the practice of ARIA for grids; null for a key
// that moves nothing. The last places are those of the last row and column.
export function moved(at: Place, key: string, lastRow: number, lastColumn: number): Place | null {
  const to = (row: number, column: number) => ({
    row: Math.max(0, Math.min(lastRow, row)),
    column: Math.max(0, Math.min(lastColumn, column)),
  })
  switch (key) {
    case 'ArrowUp':
      return to(at.row - 1, at.column)
    case 'ArrowDown':
      return to(at.row + 1, at.column)
    case 'ArrowLeft':
      return to(at.row, at.column - 1)
    case 'ArrowRight':
      return to(at.row, at.column + 1)
    case 'PageUp':
      return to(at.row - page, at.column)
    case 'PageDown':
      return to(at.row + page, at.column)
    case 'Home':
      return to(at.row, 0)
    case 'End':
      return to(at.row, lastColumn)
  }
  return null
}

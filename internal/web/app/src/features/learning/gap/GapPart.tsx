import type { PartProps } from '../documents.ts'

export default function GapPart(_: PartProps) {
  return null
}

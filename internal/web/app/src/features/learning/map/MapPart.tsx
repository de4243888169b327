import type { PartProps } from '../documents.ts'

export default function MapPart(_: PartProps) {
  return null
}

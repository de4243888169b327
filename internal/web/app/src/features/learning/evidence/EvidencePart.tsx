import type { PartProps } from '../documents.ts'

export default function EvidencePart(_: PartProps) {
  return null
}

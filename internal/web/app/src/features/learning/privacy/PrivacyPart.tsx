import type { PartProps } from '../documents.ts'

export default function PrivacyPart(_: PartProps) {
  return null
}

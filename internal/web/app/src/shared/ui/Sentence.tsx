import { Fragment, type ReactNode } from 'react'

type Props = { text: string; parts: { [name: string]: ReactNode } }

// Sentence puts elements into a text at their names in braces, so that each language has its
// own order of words.
export function Sentence({ text, parts }: Props) {
  return text.split(/\{(\w+)\}/).map((piece, i) => <Fragment key={`${i}-${piece}`}>{i % 2 === 1 ? parts[piece] : piece}</Fragment>)
}

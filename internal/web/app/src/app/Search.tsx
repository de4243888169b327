import { AutoComplete, Input } from 'antd'
import { useDeferredValue, useState } from 'react'
import { useLocation } from 'wouter'
import { graphql } from '@/shared/api/graphql.ts'
import { useAsk } from '@/shared/api/hooks.ts'
import { nameOf } from '@/shared/format/values.ts'
import { pathOf } from '@/shared/ui/links.tsx'
import { useTexts } from '@/shared/ui/texts.ts'
import { useShellTexts } from './texts.ts'

const searchDocument = graphql(`query Search($text: String!) {
  search(text: $text, first: 6) {
    knowledgePoints { code name nameEn } positions { code name nameEn } competencies { code name nameEn } employees { code name } resources { code title }
  }
}`)

type Found = { code: string; name: string; nameEn?: string | null }

// Search finds whatever the person may see, by words, pinyin or initials, and goes there.
export function Search() {
  const t = useShellTexts()
  const words = useTexts()
  const [, go] = useLocation()
  const [text, setText] = useState('')
  const asked = useDeferredValue(text.trim())
  const { data } = useAsk(searchDocument, { text: asked }, { enabled: asked !== '' })
  const found = asked === '' ? undefined : data?.search
  const group = (label: string, path: (code: string) => string, entities: readonly Found[] | null | undefined) => ({
    label,
    options: (entities ?? []).map((e) => ({
      value: path(e.code),
      label: nameOf(e),
      code: e.code,
    })),
  })
  const options = [
    group(words.point, pathOf.point, found?.knowledgePoints),
    group(words.position, pathOf.position, found?.positions),
    group(words.competency, pathOf.competency, found?.competencies),
    group(words.person, pathOf.person, found?.employees),
    group(
      words.resource,
      pathOf.resource,
      found?.resources.map((r) => ({ code: r.code, name: r.title })),
    ),
  ].filter((g) => g.options.length > 0)
  return (
    <div className="search" role="search">
      <AutoComplete
        value={text}
        options={options}
        onSearch={setText}
        onSelect={(path: string) => {
          setText('')
          go(path)
        }}
        popupMatchSelectWidth={360}
        optionRender={(option) => (
          <>
            <span>{option.label}</span> <span className="code">{(option.data as unknown as Found).code}</span>
          </>
        )}
        notFoundContent={asked !== '' && found ? words.nothingFound : null}
        defaultActiveFirstOption
      >
        <Input aria-label={t.search} placeholder={t.search} allowClear />
      </AutoComplete>
    </div>
  )
}

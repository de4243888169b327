import { Drawer } from 'antd'
import { useRef } from 'react'
import { graphql } from '@/shared/api/graphql.ts'
import { useAsk } from '@/shared/api/hooks.ts'
import { Answer } from '@/shared/ui/Answer.tsx'
import { PersonForm } from './PersonForm.tsx'
import { RemovePerson } from './RemovePerson.tsx'
import { usePeopleTexts } from './texts.ts'

const personDocument = graphql(`query PersonRecord($code: String!) {
  employee(code: $code) {
    code name orgUnit { code } position { code } manager { code } modalities targets { code name nameEn }
  }
}`)

type Props = { code: string | null; fresh: boolean; onClose: () => void }

// PersonDrawer holds the one form for the record of a person, new or not.
export function PersonDrawer({ code, fresh, onClose }: Props) {
  const t = usePeopleTexts()
  const person = useAsk(personDocument, { code: code ?? '' }, { enabled: code !== null, placeholderData: undefined, staleTime: 0, refetchOnMount: 'always' })
  const name = person.data?.employee?.name ?? code ?? ''
  const begin = useRef<HTMLDivElement>(null) // the drawer takes the focus, and typing begins in the first field
  return (
    <Drawer
      open={fresh || code !== null}
      size={520}
      title={fresh ? t.newTitle : t.editTitle(name)}
      onClose={onClose}
      destroyOnHidden
      afterOpenChange={(open) => open && begin.current?.querySelector('input')?.focus()}
    >
      {fresh ? (
        <div ref={begin}>
          <PersonForm onDone={onClose} onCancel={onClose} />
        </div>
      ) : (
        <Answer query={person}>
          {({ employee }) =>
            employee && (
              <>
                <PersonForm key={employee.code} person={employee} onDone={onClose} onCancel={onClose} />
                <RemovePerson person={employee} onDone={onClose} />
              </>
            )
          }
        </Answer>
      )}
    </Drawer>
  )
}

import { App } from 'antd'
import type { TadaDocumentNode } from 'gql.tada'
import { useAct } from '@/shared/api/hooks.ts'
import { useTexts } from '@/shared/ui/texts.ts'
import { useAdministrationTexts } from './texts.ts'

type Edited = { pending: readonly unknown[] }

// useEdit edits an account, and says whether that is done or waits for a second yes.
export function useEdit<Result extends object, Variables>(mutation: TadaDocumentNode<Result, Variables>) {
  const t = useAdministrationTexts()
  const words = useTexts()
  const { message } = App.useApp()
  const edit = useAct(mutation)
  const said = (result: Result) => {
    const waits = Object.values(result).some((payload: Edited) => payload.pending.length > 0)
    if (waits) message.info(t.waits)
    else message.success(words.done)
  }
  return {
    error: edit.error,
    busy: edit.isPending,
    reset: edit.reset,
    run: (variables: Variables, done?: () => void) =>
      edit.mutate(variables, {
        onSuccess: (result) => {
          said(result)
          done?.()
        },
      }),
  }
}

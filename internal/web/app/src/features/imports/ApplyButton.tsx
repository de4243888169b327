import { Button, Popconfirm } from 'antd'
import { useAct } from '@/shared/api/hooks.ts'
import { FormProblem } from '@/shared/forms/FormProblem.tsx'
import { useTexts } from '@/shared/ui/texts.ts'
import { applyDocument, type Import } from './documents.ts'
import { useImportTexts } from './texts.ts'
import { totals } from './totals.ts'

// ApplyButton writes a plan. Where it deletes much, it asks once more.
export function ApplyButton({ job }: { job: Import }) {
  const t = useImportTexts()
  const words = useTexts()
  const apply = useAct(applyDocument)
  const write = () => apply.mutate({ number: job.number, confirmDeletions: job.needsConfirmation })
  const [, , deleted] = totals(job.tables)
  const button = (onClick?: () => void) => (
    <Button type="primary" loading={apply.isPending} onClick={onClick}>
      {t.apply}
    </Button>
  )
  return (
    <>
      <FormProblem error={apply.error} />
      {job.needsConfirmation ? (
        <Popconfirm
          placement="bottomLeft"
          title={t.deleteSure(deleted)}
          okText={t.apply}
          okButtonProps={{ danger: true }}
          cancelText={words.cancel}
          onConfirm={write}
        >
          {button()}
        </Popconfirm>
      ) : (
        button(write)
      )}
    </>
  )
}

import { Modal, Skeleton } from 'antd'
import { lazy, Suspense } from 'react'
import { useRecordTexts } from './texts.ts'

export type RecordDialogProps = {
  open: boolean
  onClose: () => void
  person: { code: string; name: string }
  point?: { code: string; name: string; nameEn?: string | null }
}

const RecordContent = lazy(() => import('./RecordContent.tsx'))

// RecordDialog records a result of a person, or enters a mastery, and takes it back again. Its
// content is loaded when it is opened, and begins new each time.
export function RecordDialog({ open, onClose, person, point }: RecordDialogProps) {
  const t = useRecordTexts()
  return (
    <Modal open={open} onCancel={onClose} title={t.title(person.name)} footer={null} destroyOnHidden mask={{ closable: false }}>
      <Suspense fallback={<Skeleton active={false} paragraph={{ rows: 8 }} />}>
        <RecordContent person={person} point={point} onClose={onClose} />
      </Suspense>
    </Modal>
  )
}

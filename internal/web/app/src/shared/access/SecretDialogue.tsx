import { App, Button, Input, Modal } from 'antd'
import type { ReactNode } from 'react'
import { useTexts } from '@/shared/ui/texts.ts'
import { useTokenTexts } from './texts.ts'

type Props = { title: string; label: string; secret: string; copy?: string; onClose: () => void; children?: ReactNode }

// SecretDialogue shows a secret once. Whoever opens it forgets the secret when it is closed.
export function SecretDialogue({ title, label, secret, copy, onClose, children }: Props) {
  const t = useTokenTexts()
  const words = useTexts()
  const { message } = App.useApp()
  const toClipboard = async () => {
    try {
      await navigator.clipboard.writeText(secret)
      message.success(t.copied)
    } catch {
      message.warning(t.copyFailed)
    }
  }
  return (
    <Modal
      open
      title={title}
      mask={{ closable: false }}
      onCancel={onClose}
      footer={[
        <Button key="close" onClick={onClose}>
          {words.close}
        </Button>,
        <Button key="copy" type="primary" autoFocus onClick={() => void toClipboard()}>
          {copy ?? t.copy}
        </Button>,
      ]}
    >
      <p>{t.secretOnce}</p>
      <Input.TextArea className="secret" aria-label={label} value={secret} readOnly rows={3} onFocus={(e) => e.target.select()} />
      {children}
    </Modal>
  )
}

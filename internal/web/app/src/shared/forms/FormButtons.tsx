import './forms.css'
import { Button } from 'antd'
import { useTexts } from '@/shared/ui/texts.ts'

// FormButtons end a form: save what it says, or leave it.
export function FormButtons({ busy, onCancel }: { busy: boolean; onCancel: () => void }) {
  const words = useTexts()
  return (
    <div className="form-actions">
      <Button type="primary" htmlType="submit" loading={busy}>
        {words.save}
      </Button>
      <Button onClick={onCancel}>{words.cancel}</Button>
    </div>
  )
}

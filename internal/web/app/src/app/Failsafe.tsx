import { Button } from 'antd'
import { Component, type ReactNode } from 'react'
import { useShellTexts } from './texts.ts'

// Failsafe keeps the navigation where a page fails.
export class Failsafe extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false }
  static getDerivedStateFromError() {
    return { failed: true }
  }
  override render() {
    return this.state.failed ? <PageFailed /> : this.props.children
  }
}

function PageFailed() {
  const t = useShellTexts()
  return (
    <div className="empty" role="alert">
      <p className="empty-title">{t.pageFailed}</p>
      <p>
        <Button type="primary" onClick={() => location.reload()}>
          {t.reload}
        </Button>
      </p>
    </div>
  )
}

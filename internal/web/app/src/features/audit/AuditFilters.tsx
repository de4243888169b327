import { Button, Input, Select } from 'antd'
import type { ReactNode } from 'react'
import { ChoosePerson } from '@/shared/choose/Choose.tsx'
import { useUrl } from '@/shared/ui/url.ts'
import { useAuditTexts } from './texts.ts'
import { classes, outcomes, useClassNames, useOutcomeText } from './words.ts'
import '@/shared/forms/forms.css'
import './audit.css'

const quick = ['LEARNER', 'EDIT_PEOPLE', 'RECORD', 'ADMINISTER', 'APPROVE'] as const

// AuditFilters chooses which entries are shown. One click asks what is often asked.
export function AuditFilters({ children }: { children: ReactNode }) {
  const t = useAuditTexts()
  const classNames = useClassNames()
  const outcomeText = useOutcomeText()
  const [params, change] = useUrl()
  const [action, outcome] = [params.get('class'), params.get('outcome')]
  const denied = outcome === 'PERMISSION_DENIED'
  return (
    <>
      <fieldset className="quick" aria-label={t.quick}>
        <Button size="small" aria-pressed={!action && !denied} onClick={() => change({ class: null, outcome: null })}>
          {t.all}
        </Button>
        {quick.map((c) => (
          <Button key={c} size="small" aria-pressed={action === c} onClick={() => change({ class: c })}>
            {classNames[c]}
          </Button>
        ))}
        <Button size="small" aria-pressed={denied} onClick={() => change({ class: null, outcome: 'PERMISSION_DENIED' })}>
          {t.refused}
        </Button>
        <span className="quick-act">{children}</span>
      </fieldset>
      <div className="filters">
        <ChoosePerson label={t.employee} placeholder={t.anyEmployee} allowClear value={params.get('employee')} onChange={(employee) => change({ employee })} />
        <Input
          className="account-id"
          aria-label={t.accountId}
          placeholder={t.accountId}
          allowClear
          value={params.get('account') ?? ''}
          onChange={(e) => change({ account: e.target.value.trim() })}
        />
        <Select<string>
          aria-label={t.class}
          placeholder={t.anyClass}
          allowClear
          value={action ?? undefined}
          onChange={(c) => change({ class: c ?? null })}
          options={classes.map((c) => ({ value: c, label: classNames[c] }))}
          popupMatchSelectWidth={false}
        />
        <Select<string>
          aria-label={t.outcome}
          placeholder={t.anyOutcome}
          allowClear
          value={outcome ?? undefined}
          onChange={(o) => change({ outcome: o ?? null })}
          options={outcomes.map((o) => ({ value: o, label: outcomeText(o) }))}
        />
        {(['from', 'to'] as const).map((end) => (
          <span key={end} className="day">
            <label htmlFor={`audit-${end}`}>{t[end]}</label>
            <Input id={`audit-${end}`} type="date" value={params.get(end) ?? ''} onChange={(e) => change({ [end]: e.target.value })} />
          </span>
        ))}
      </div>
    </>
  )
}

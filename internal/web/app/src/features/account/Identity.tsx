import { Descriptions } from 'antd'
import { Link } from 'wouter'
import { useGrantText } from '@/shared/access/Grant.tsx'
import { useAccessWords } from '@/shared/access/words.ts'
import { useMe } from '@/shared/session/me.ts'
import { Section } from '@/shared/ui/Page.tsx'
import { useTexts } from '@/shared/ui/texts.ts'
import { useAccountTexts } from './texts.ts'

// Identity says who one is, and what that allows.
export function Identity() {
  const t = useAccountTexts()
  const words = useTexts()
  const access = useAccessWords()
  const grantText = useGrantText()
  const me = useMe()
  const may = [
    ...(me.employeeCode === null ? [] : [access.employeeMay]),
    ...(me.reports ? [access.reportsMay] : []),
    ...me.grants.map((g) => `${grantText(g)}: ${access.roleMay(g.role)}`),
  ]
  return (
    <Section title={t.who}>
      <Descriptions
        size="small"
        column={{ xs: 1, md: 2 }}
        items={[
          { key: 'name', label: words.name, children: me.employee?.name ?? me.name },
          ...(me.login ? [{ key: 'login', label: t.login, children: me.login }] : []),
          ...(me.employeeCode ? [{ key: 'employee', label: t.employee, children: <Link href="/learning">{me.employeeCode}</Link> }] : []),
          ...(me.grants.length > 0 ? [{ key: 'roles', label: t.roles, children: me.grants.map(grantText).join('、') }] : []),
        ]}
      />
      <h3 className="may">{t.may}</h3>
      {may.length === 0 ? (
        <p>{t.nothing}</p>
      ) : (
        <ul className="may-list">
          {may.map((text) => (
            <li key={text}>{text}</li>
          ))}
        </ul>
      )}
    </Section>
  )
}

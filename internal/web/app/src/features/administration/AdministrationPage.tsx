import { Tabs } from 'antd'
import { Page } from '@/shared/ui/Page.tsx'
import { useUrl } from '@/shared/ui/url.ts'
import { AccountDrawer } from './AccountDrawer.tsx'
import { Accounts } from './Accounts.tsx'
import { Health } from './Health.tsx'
import { Services } from './Services.tsx'
import { useAdministrationTexts } from './texts.ts'
import '@/shared/forms/forms.css'
import './administration.css'

export default function AdministrationPage() {
  const t = useAdministrationTexts()
  const [params, change] = useUrl()
  return (
    <Page title={t.title} lead={t.lead}>
      <Tabs
        activeKey={params.get('tab') ?? 'accounts'}
        onChange={(tab) => change({ tab: tab === 'accounts' ? null : tab, text: null, role: null, state: null })}
        destroyOnHidden
        items={[
          { key: 'accounts', label: t.accounts, children: <Accounts /> },
          { key: 'services', label: t.services, children: <Services /> },
          { key: 'health', label: t.health, children: <Health /> },
        ]}
      />
      <AccountDrawer id={params.get('account')} onClose={() => change({ account: null })} />
    </Page>
  )
}

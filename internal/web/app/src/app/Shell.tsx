import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Alert, Button, Dropdown, Modal, Skeleton } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { Link, useLocation } from 'wouter'
import { ask, base, Fault } from '@/shared/api/ask.ts'
import { chooseLanguage } from '@/shared/format/language.ts'
import { useLanguage } from '@/shared/format/messages.ts'
import { nameOf } from '@/shared/format/values.ts'
import { isOpen, type Me, MeProvider, meDocument } from '@/shared/session/me.ts'
import { FaultView } from '@/shared/ui/Answer.tsx'
import { Failsafe } from './Failsafe.tsx'
import { entries } from './navigation.ts'
import { Routes } from './routes.tsx'
import { Search } from './Search.tsx'
import { noteSignedIn, signInPath, useSignedOut } from './session.ts'
import { useShellTexts } from './texts.ts'

// Shell is what stands around every page: who asks, the navigation, search, and what to do
// where a session has ended.
export function Shell() {
  const t = useShellTexts()
  const me = useQuery({ queryKey: ['Me'], queryFn: () => ask(meDocument, {}), staleTime: 60_000 })
  const signedOut = me.error instanceof Fault && me.error.code === 'UNAUTHENTICATED' && !me.data
  useEffect(() => {
    if (signedOut) location.replace(signInPath())
  }, [signedOut])
  if (signedOut) return null
  if (!me.data?.me)
    return (
      <main className="content">
        {me.error ? <FaultView error={me.error} retry={() => void me.refetch()} /> : <Skeleton active={false} paragraph={{ rows: 10 }} />}
      </main>
    )
  return (
    <MeProvider value={me.data.me}>
      <button type="button" className="skip" onClick={() => document.getElementById('content')?.focus()}>
        {t.skip}
      </button>
      <Header me={me.data.me} />
      {isOpen(me.data.me) && <Alert className="banner" banner type="warning" title={t.open} />}
      <Content />
      <SessionEnded />
    </MeProvider>
  )
}

// Content is the page. After each change of page the focus begins at its top.
function Content() {
  const [path] = useLocation()
  const main = useRef<HTMLElement>(null)
  const first = useRef(true)
  useEffect(() => {
    if (!first.current) {
      main.current?.focus({ preventScroll: true })
      window.scrollTo(0, 0)
    }
    first.current = false
  }, [path])
  return (
    <main className="content" id="content" ref={main} tabIndex={-1}>
      <Failsafe key={path}>
        <Routes />
      </Failsafe>
    </main>
  )
}

function Header({ me }: { me: Me }) {
  const t = useShellTexts()
  const [path] = useLocation()
  const [menu, setMenu] = useState(false)
  useEffect(() => setMenu(false), [path])
  const shown = entries.filter((e) => e.shown(me))
  return (
    <header className="header">
      <Link href="/" className="brand">
        <img src={`${base}icon.svg`} alt="" width={24} height={24} />
        知图
      </Link>
      <Button className="menu-button" aria-expanded={menu} aria-controls="navigation" onClick={() => setMenu(!menu)}>
        {t.menu}
      </Button>
      <nav id="navigation" aria-label={t.navigation} className={menu ? 'nav nav-open' : 'nav'}>
        {shown.map((e) => (
          <Link key={e.path} href={e.path} aria-current={path === e.path ? 'page' : path.startsWith(`${e.path}/`) ? 'true' : undefined}>
            {t[e.name]}
          </Link>
        ))}
      </nav>
      <Search />
      <UserMenu me={me} />
    </header>
  )
}

function UserMenu({ me }: { me: Me }) {
  const t = useShellTexts()
  const language = useLanguage()
  const [, go] = useLocation()
  const demo = useQuery({
    queryKey: ['session'],
    queryFn: async () => (await fetch(`${base}session`)).json() as Promise<{ demo: boolean; signedIn: boolean }>,
    staleTime: Number.POSITIVE_INFINITY,
  })
  const name = me.employee?.name ?? me.name
  const about = [me.employee?.position && nameOf(me.employee.position), me.employee?.orgUnit?.name].filter(Boolean).join(' · ')
  const items = [
    { key: 'account', label: t.account },
    { key: 'playground', label: t.playground },
    ...(demo.data?.demo ? [{ key: 'sign-in', label: t.changePerson }] : []),
    demo.data?.signedIn ? { key: 'sign-out', label: t.signOut } : { key: 'sign-in ', label: t.signIn },
  ].filter((item) => !(isOpen(me) && item.key === 'account'))
  return (
    <div className="user">
      <Button
        type="text"
        size="small"
        lang={language === 'en' ? 'zh-CN' : 'en'}
        aria-label={t.switchLanguage}
        onClick={() => chooseLanguage(language === 'en' ? 'zh-CN' : 'en')}
      >
        {t.language}
      </Button>
      <Dropdown
        trigger={['click']}
        menu={{ items, onClick: ({ key }) => (key === 'account' ? go('/account') : location.assign(`${base}${key.trim()}?lang=${language}`)) }}
      >
        <Button type="text" className="user-button">
          <span className="avatar" aria-hidden="true">
            {[...name][0]}
          </span>
          <span className="user-name">
            {name}
            <small>{about}</small>
          </span>
        </Button>
      </Dropdown>
    </div>
  )
}

// SessionEnded keeps the page, and what was typed, until the person has signed in again.
function SessionEnded() {
  const t = useShellTexts()
  const client = useQueryClient()
  const open = useSignedOut()
  const goOn = async () => {
    try {
      await client.fetchQuery({ queryKey: ['Me'], queryFn: () => ask(meDocument, {}), staleTime: 0 })
      noteSignedIn()
      await client.invalidateQueries()
    } catch {
      // It stays open until somebody has signed in.
    }
  }
  return (
    <Modal
      open={open}
      title={t.endedTitle}
      closable={false}
      mask={{ closable: false }}
      keyboard={false}
      footer={[
        <Button key="again" href={signInPath()} target="_blank">
          {t.again}
        </Button>,
        <Button key="on" type="primary" onClick={() => void goOn()}>
          {t.goOn}
        </Button>,
      ]}
    >
      <p>{t.ended}</p>
    </Modal>
  )
}

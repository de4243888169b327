import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { App, ConfigProvider } from 'antd'
import enUS from 'antd/locale/en_US'
import zhCN from 'antd/locale/zh_CN'
import { useEffect } from 'react'
import { Router } from 'wouter'
import { base, Fault } from '@/shared/api/ask.ts'
import { useLanguage } from '@/shared/format/messages.ts'
import { baseTheme } from '../../build/theme.ts'
import { Shell } from './Shell.tsx'
import { noteSignedOut } from './session.ts'

function noteFault(error: unknown): void {
  if (error instanceof Fault && error.code === 'UNAUTHENTICATED') noteSignedOut()
}

// Passing faults are tried once more; the others are answers.
const client = new QueryClient({
  queryCache: new QueryCache({ onError: noteFault }),
  mutationCache: new MutationCache({ onError: noteFault }),
  defaultOptions: {
    queries: {
      refetchOnWindowFocus: false,
      staleTime: 10_000,
      networkMode: 'always',
      retry: (failures, error) => failures < 2 && error instanceof Fault && ['UNREACHABLE', 'UNAVAILABLE'].includes(error.code),
    },
    mutations: { networkMode: 'always' },
  },
})

export function Application() {
  const language = useLanguage()
  useEffect(() => {
    document.documentElement.lang = language
  }, [language])
  return (
    <ConfigProvider locale={language === 'en' ? enUS : zhCN} theme={{ ...baseTheme, zeroRuntime: true }} button={{ autoInsertSpace: false }}>
      <App component={false}>
        <QueryClientProvider client={client}>
          <Router base={base.replace(/\/$/, '')}>
            <Shell />
          </Router>
        </QueryClientProvider>
      </App>
    </ConfigProvider>
  )
}

import { Alert, Button, Skeleton } from 'antd'
import { type ReactNode, useEffect } from 'react'
import { Link } from 'wouter'
import { Fault } from '@/shared/api/ask.ts'
import { useTexts } from './texts.ts'

// Asked is a question, and its answer as far as it has come.
export type Asked<T> = { data: T | undefined; error: Error | null; isFetching: boolean; isPlaceholderData?: boolean; refetch: () => unknown }

// deniedHow says what to do where the viewer may not ask, instead of what is usually said.
export type AnswerProps<T> = { query: Asked<T>; rows?: number; deniedHow?: string; children: (data: T) => ReactNode }

// Answer shows what a question was answered: a skeleton until it comes, why it did not, or
// what is there. What is there stays where asking again has failed.
export function Answer<T>({ query, rows = 6, deniedHow, children }: AnswerProps<T>) {
  const t = useTexts()
  const { data, error, refetch, isFetching } = query
  if (data === undefined) {
    return error ? (
      <FaultView error={error} retry={() => void refetch()} deniedHow={deniedHow} />
    ) : (
      <Skeleton active={false} paragraph={{ rows }} aria-label={t.loading} />
    )
  }
  return (
    <div aria-busy={isFetching} className={isFetching ? 'refreshing' : undefined}>
      {error && <FaultNotice error={error} retry={() => void refetch()} />}
      {children(data)}
    </div>
  )
}

export function useFaultText(error: Error): string {
  return useFaultTexts()(error)
}

// useFaultTexts returns what says why something failed, in the language of the person.
export function useFaultTexts(): (error: Error) => string {
  const t = useTexts()
  return (error) => {
    if (!(error instanceof Fault)) return error.message || t.failed
    switch (error.code) {
      case 'UNREACHABLE':
        return t.unreachable
      case 'NOT_FOUND':
        return t.notFound
      case 'PERMISSION_DENIED':
        return error.message || t.denied
      case 'INTERNAL':
        return t.failed
    }
    return error.message
  }
}

// FaultView takes the place of what could not be shown.
export function FaultView({ error, retry, deniedHow }: { error: Error; retry?: () => void; deniedHow?: string }) {
  const t = useTexts()
  const text = useFaultText(error)
  const code = error instanceof Fault ? error.code : 'INTERNAL'
  // A page that has a title of its own sets it after this.
  useEffect(() => {
    if (code === 'NOT_FOUND') document.title = `${t.notFoundTitle} · 知图 Zhitu`
  }, [code, t.notFoundTitle])
  const passing = code === 'UNREACHABLE' || code === 'UNAVAILABLE' || code === 'INTERNAL'
  return (
    <div className="empty" role="alert">
      <p className="empty-title">{code === 'NOT_FOUND' ? t.notFoundTitle : text}</p>
      {code === 'NOT_FOUND' && <p>{text}</p>}
      {code === 'PERMISSION_DENIED' && <p>{deniedHow ?? t.deniedHow}</p>}
      {code === 'INTERNAL' && error instanceof Fault && error.requestId && <p>{t.requestId(error.requestId)}</p>}
      <p>
        {passing && retry ? (
          <Button type="primary" onClick={retry}>
            {t.retry}
          </Button>
        ) : (
          <Link href="/">{t.toStart}</Link>
        )}
      </p>
    </div>
  )
}

// FaultNotice stands above what stays although asking again has failed.
export function FaultNotice({ error, retry }: { error: Error; retry?: () => void }) {
  const t = useTexts()
  return (
    <Alert
      type="warning"
      role="alert"
      title={useFaultText(error)}
      action={
        retry && (
          <Button size="small" onClick={retry}>
            {t.retry}
          </Button>
        )
      }
    />
  )
}

// Empty says what to do first where there is nothing yet.
export function Empty({ title, children, action }: { title: ReactNode; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className="empty">
      <p className="empty-title">{title}</p>
      {children && <p>{children}</p>}
      {action && <div>{action}</div>}
    </div>
  )
}

import { Button } from 'antd'
import { useEffect, useState } from 'react'
import { Answer, type AnswerProps, Empty } from './Answer.tsx'
import { useTexts } from './texts.ts'
import './long-answer.css'

const patience = 2000 // milliseconds after which people wonder whether anything happens

// LongAnswer is an Answer that may take long, such as one about a whole company. It says that it
// is being worked on, and lets people stop it: then the server stops too.
export function LongAnswer<T>({ cancel, ...props }: AnswerProps<T> & { cancel: () => void }) {
  const t = useTexts()
  const { data, error, isFetching, isPlaceholderData, refetch } = props.query
  const slow = useSlow(isFetching)
  // What was answered before stands for what was asked before.
  if ((data === undefined || isPlaceholderData) && !error && !isFetching)
    return (
      <Empty
        title={t.stopped}
        action={
          <Button type="primary" onClick={() => void refetch()}>
            {t.again}
          </Button>
        }
      />
    )
  return (
    <>
      <div role="status">
        {slow && (
          <div className="working">
            <progress aria-label={t.working} />
            <span>{t.working}</span>
            <Button size="small" onClick={cancel}>
              {t.cancel}
            </Button>
          </div>
        )}
      </div>
      <Answer {...props} />
    </>
  )
}

function useSlow(busy: boolean): boolean {
  const [slow, setSlow] = useState(false)
  useEffect(() => {
    if (!busy) return
    const timer = setTimeout(() => setSlow(true), patience)
    return () => {
      clearTimeout(timer)
      setSlow(false)
    }
  }, [busy])
  return slow
}

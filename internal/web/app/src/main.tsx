import { createRoot } from 'react-dom/client'
import 'virtual:antd.css'
import '@/app/app.css'
import { Application } from '@/app/Application.tsx'

createRoot(document.getElementById('root') as HTMLElement).render(<Application />)

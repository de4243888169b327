import{C as e,_ as t,b as n,d as r,g as i,i as a}from"./hooks-CDSxDb-i.js";import{t as o}from"./DataTable-DgjZSQ2F.js";import{n as s}from"./learning-BDhHMunN.js";import{t as c}from"./react-FrbPb9NH.js";var l=c(),u=t(`query LearningRoutes($person: String!, $position: String!, $locale: String!) {
  learningPath(employee: $person, position: $position, options: { locale: $locale }) {
    routes(first: 3) {
      totalMinutes
      detour {
        minutes
        choice { knowledgePoint { code name nameEn } taken { code name nameEn } }
        adds { code name nameEn }
        spares { code name nameEn }
      }
    }
  }
}`);function d({person:t,position:c}){let d=s(),f=i(),p=n(),m=e(),h=m===`en`?`nameEn`:`name`,g={person:t,position:c,locale:m},_=a(u,g),v=e=>e?.map(p.nameOf).join(m===`en`?`, `:`、`)||d.noneOf,y=e=>`${e<0?`−`:`+`}${p.duration(Math.abs(e))}`;return(0,l.jsx)(`div`,{className:`routes`,children:(0,l.jsx)(r,{query:_,rows:4,children:({learningPath:e})=>{let t=(e?.routes??[]).map((e,t)=>({...e,number:t+1}));return t.length<2?(0,l.jsx)(`p`,{children:d.onlyRoute}):(0,l.jsxs)(l.Fragment,{children:[(0,l.jsx)(`p`,{className:`note`,children:d.routesNote}),(0,l.jsx)(o,{caption:d.routes,rows:t,rowKey:e=>String(e.number),csv:{query:u,variables:g,rows:`learningPath.routes`,name:d.routes,columns:[{title:f.minutes,path:`totalMinutes`},{title:d.difference,path:`detour.minutes`},{title:d.choice,path:`detour.choice.knowledgePoint.${h}`},{title:d.route,path:`detour.choice.taken.${h}`},{title:d.adds,path:`detour.adds.${h}`},{title:d.spares,path:`detour.spares.${h}`}]},columns:[{title:d.route,render:(e,t)=>t.detour?d.routeOther(t.number):d.routeFirst},{title:f.minutes,align:`right`,render:(e,t)=>p.duration(t.totalMinutes)},{title:d.difference,align:`right`,render:(e,t)=>t.detour?y(t.detour.minutes):d.noneOf},{title:d.choice,render:(e,t)=>t.detour?d.instead(p.nameOf(t.detour.choice.knowledgePoint),p.nameOf(t.detour.choice.taken)):d.noneOf},{title:d.adds,render:(e,t)=>v(t.detour?.adds)},{title:d.spares,render:(e,t)=>v(t.detour?.spares)}]})]})}})})}export{d as default};
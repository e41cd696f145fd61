import { chromium } from "@playwright/test";
const [,, who="sales1", list="/desk", ...opts] = process.argv;
const b = await chromium.launch({executablePath:"/usr/bin/chromium",args:["--no-sandbox"]});
for (const [w,h,dark] of [[1440,900,0],[390,844,0],[1440,900,1],[390,844,1]].filter(([w,,d])=>!opts.length||opts.includes(`${w}${d?"d":""}`))) {
  const c = await b.newContext({viewport:{width:w,height:h},locale:"zh-CN",timezoneId:"Asia/Shanghai",hasTouch:w<500,isMobile:w<500});
  const p = await c.newPage();
  const errs=[]; p.on("pageerror",e=>errs.push(e.message)); p.on("console",m=>m.type()==="error"&&errs.push(m.text()));
  await p.addInitScript((d)=>localStorage.setItem("closeloop.theme",JSON.stringify(d?"dark":"light")),dark);
  await p.request.post("http://127.0.0.1:8713/api/v1/session",{data:{login:who,password:"closeloop-demo"},headers:{Origin:"http://127.0.0.1:8713"}});
  for (const path of list.split(",")) {
    const [url, act] = path.split("!");
    await p.goto("http://127.0.0.1:8713"+url); await p.waitForTimeout(1500);
    if (act==="k") { await p.keyboard.press("Control+k"); await p.waitForTimeout(500);}
    else if (act==="help") { await p.keyboard.press("?"); await p.waitForTimeout(500);}
    else if (act==="plus") { await p.getByRole("button",{name:"新建"}).click(); await p.waitForTimeout(500);}
    else if (act) { await p.keyboard.press("Control+k"); await p.waitForTimeout(400); await p.keyboard.type(decodeURIComponent(act)); await p.waitForTimeout(1200);}
    const wide = await p.evaluate(()=>document.documentElement.scrollWidth>innerWidth);
    const name=`/tmp/desk/${who}-${url.replace(/\W+/g,"_")}${act?"-k":""}-${w}${dark?"d":""}.png`;
    await p.screenshot({path:name}); console.log(name, wide?"HORIZONTAL SCROLL":"", errs.splice(0).join("|"));
  }
  await c.close();
}
await b.close();

import { marksPlugin } from '../../markup/chart-marks.js'
import { deploymentScript } from './html-deployment.js'

/**
 * What the page does when scripts are on: puts a Chart.js chart in the place of each static one as it comes into
 * view, and draws them anew when the colour scheme changes. Without it the page is complete.
 */
export function clientScript(): string {
  return `(function(){
'use strict';
${marksPlugin.toString()}
var configs=JSON.parse(document.getElementById('chart-data').textContent);
var dark=matchMedia('(prefers-color-scheme: dark)');
function theme(){
  var style=getComputedStyle(document.documentElement);
  Chart.defaults.color=style.getPropertyValue('--soft').trim();
  Chart.defaults.borderColor=style.getPropertyValue('--grid').trim();
  Chart.defaults.font.family=getComputedStyle(document.body).fontFamily;
  return style.getPropertyValue('--mark').trim();
}
function tip(context){
  var tips=context.dataset.tips;
  return tips?context.dataset.label+': '+tips[context.dataIndex]:undefined;
}
function draw(figure){
  var id=figure.getAttribute('data-chart'),config=configs[id],box=figure.querySelector('.live');
  var old=Chart.getChart(box.firstChild||'');
  if(old)old.destroy();
  var mark=theme(),still=figure.querySelector('.chart');
  if(!figure.classList.contains('on'))box.style.height=Math.round(still.getBoundingClientRect().height)+'px';
  var canvas=document.createElement('canvas');
  canvas.id=id;
  canvas.setAttribute('role','img');
  canvas.setAttribute('aria-label',still.getAttribute('aria-label'));
  box.replaceChildren(canvas);
  figure.classList.add('on');
  var options=Object.assign({},config.options,{color:mark});
  options.plugins=Object.assign({},options.plugins,{tooltip:{callbacks:{label:tip}}});
  new Chart(canvas,{type:config.type,data:structuredClone(config.data),options:options,plugins:[marksPlugin()]});
}
var figures=Array.prototype.slice.call(document.querySelectorAll('figure[data-chart]'));
var seen=new IntersectionObserver(function(entries){
  entries.forEach(function(entry){
    if(!entry.isIntersecting)return;
    seen.unobserve(entry.target);
    draw(entry.target);
  });
},{rootMargin:'400px'});
figures.forEach(function(figure){seen.observe(figure);});
dark.addEventListener('change',function(){
  figures.forEach(function(figure){if(figure.classList.contains('on'))draw(figure);});
});
addEventListener('beforeprint',function(){
  document.querySelectorAll('details:not(figure details)').forEach(function(element){element.open=true;});
});
})();
${deploymentScript()}`
}

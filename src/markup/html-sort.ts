/**
 * Sorts and filters the tables of class `sortable`: a button in each head, a field above each table. Without it they
 * stand as they are, the newest first. Cells may say what they are sorted by in `data-by`.
 */
export function sortScript(): string {
  return `(function(){
'use strict';
document.querySelectorAll('table.sortable').forEach(function(table){
  var body=table.tBodies[0],rows=Array.prototype.slice.call(body.rows),heads=Array.prototype.slice.call(table.tHead.rows[0].cells);
  function valueOf(row,column){
    var cell=row.cells[column],by=cell.getAttribute('data-by'),text=by===null?cell.textContent.trim():by;
    return text!==''&&isFinite(Number(text))?Number(text):text;
  }
  function compare(a,b){
    if(typeof a===typeof b)return a<b?-1:a>b?1:0;
    return typeof a==='number'?-1:1;
  }
  heads.forEach(function(head,column){
    var button=document.createElement('button');
    button.type='button';
    button.className='sort';
    button.append.apply(button,Array.prototype.slice.call(head.childNodes));
    head.append(button);
    button.addEventListener('click',function(){
      var down=head.getAttribute('aria-sort')==='ascending';
      heads.forEach(function(other){other.removeAttribute('aria-sort');});
      head.setAttribute('aria-sort',down?'descending':'ascending');
      rows.sort(function(a,b){return (down?-1:1)*compare(valueOf(a,column),valueOf(b,column));});
      body.append.apply(body,rows);
    });
  });
  var box=document.getElementById(table.id+'-filter'),input=box.querySelector('input'),count=box.querySelector('output');
  var texts=rows.map(function(row){return row.textContent.toLowerCase();});
  function filter(){
    var words=input.value.toLowerCase().split(/\\s+/).filter(Boolean),shown=0;
    rows.forEach(function(row,index){
      row.hidden=!words.every(function(word){return texts[index].includes(word);});
      if(!row.hidden)shown++;
    });
    count.textContent=shown+' of '+rows.length;
  }
  input.addEventListener('input',filter);
  box.hidden=false;
  filter();
});
})();
`
}

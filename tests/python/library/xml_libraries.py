"""The libraries that stand on Expat: trees, documents, property lists, remote calls."""

import xml.etree.ElementTree as ET, io
root=ET.fromstring('<a x="1">t<b y="2"/>tail<!-- c --><n:c xmlns:n="urn:x">é</n:c></a>')
print(ET.tostring(root), [ (e.tag,e.attrib,e.text,e.tail) for e in root.iter()])
for bad in ('<a','<a></b>','','<a>&x;</a>','<a b="1" b="2"/>'):
    try: ET.fromstring(bad)
    except ET.ParseError as e: print(bad, e, e.code, e.position)
for ev,el in ET.iterparse(io.BytesIO(b'<r>'+b'<i>x</i>'*3+b'</r>'),events=('start','end','start-ns')): print(ev,getattr(el,'tag',el))
import xml.dom.minidom as M
d=M.parseString('<?xml version="1.0" encoding="iso-8859-1"?><!DOCTYPE a [<!ENTITY e "zz">]><a><![CDATA[x<]]>&e;<?pi d?></a>')
print(d.toxml())
import xml.sax
class H(xml.sax.ContentHandler):
    def startElement(self,n,a): print('S',n,dict(a))
    def endElement(self,n): print('E',n)
    def characters(self,c): print('C',repr(c))
xml.sax.parseString(b'<a q="1">hi\nthere<b/></a>',H())
import plistlib
print(plistlib.loads(plistlib.dumps({'a':[1,2.5,True,b'xx','s'],'d':{}})))
import xmlrpc.client as c
print(c.loads(c.dumps((1,'a',[2.5,None]),'m',allow_none=True)))

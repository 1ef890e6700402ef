"""What the tests do in an S3-compatible store besides what the server does there.

Usage: s3.py prepare URL                     makes the bucket and a key that may use it, and prints the key
       s3.py list URL ACCESS_KEY SECRET      prints the names of all files, and those of unfinished uploads
       s3.py put URL ACCESS_KEY SECRET NAME  puts a file there
"""

import json
import sys

import boto3
from botocore.config import Config

BUCKET = "my-reports"
EVERYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}

action, url = sys.argv[1:3]
access_key, secret = sys.argv[3:5] if action != "prepare" else ("root", "root")


def service(name):
    return boto3.client(
        name,
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id=access_key,
        aws_secret_access_key=secret,
        # The test's own server: a proxy that the environment names knows nothing of it.
        config=Config(proxies={}),
    )


s3 = service("s3")
if action == "prepare":
    # Four calls: the store of the tests asks for no key until then.
    s3.create_bucket(Bucket=BUCKET)
    iam = service("iam")
    iam.create_user(UserName="countinghouse")
    key = iam.create_access_key(UserName="countinghouse")["AccessKey"]
    iam.put_user_policy(
        UserName="countinghouse", PolicyName="reports", PolicyDocument=json.dumps(EVERYTHING)
    )
    print(key["AccessKeyId"], key["SecretAccessKey"])
elif action == "list":
    for file in s3.list_objects_v2(Bucket=BUCKET).get("Contents", []):
        print(file["Key"])
    for upload in s3.list_multipart_uploads(Bucket=BUCKET).get("Uploads", []):
        print("unfinished", upload["Key"])
elif action == "put":
    s3.put_object(Bucket=BUCKET, Key=sys.argv[5], Body=b"x")
else:
    sys.exit(__doc__)
